# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Webhooks
      class RefundService < BaseService
        def call
          refund = payment_provider.client.refund(data.fetch("refund_id"))
          return result unless Payment.exists?(payment_provider:, provider_payment_id: refund["payment_id"])

          updated = CreditNotes::Refunds::DodoService.new.update_status(payment_provider:, dodo_refund: refund)
          report(refund) unless updated.refund
          result.refund = updated.refund
          result
        end

        private

        # Made in Dodo's dashboard. Which lines of the invoice it is about, only a person can say.
        def report(refund)
          SendWebhookJob.perform_later(
            "payment_provider.error",
            payment_provider,
            provider_error: {
              source: "dodo",
              action: "refund_without_credit_note",
              message: "Refund #{refund["refund_id"]} of #{refund["payment_id"]} has no credit note in Lago",
              code: refund["status"]
            }
          )
        end
      end
    end
  end
end
