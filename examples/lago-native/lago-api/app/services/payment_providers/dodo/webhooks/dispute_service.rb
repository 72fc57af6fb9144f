# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Webhooks
      # The one event that is believed as it is: a lost dispute has no later state, and Dodo's dispute events differ
      # among themselves in which fields they carry.
      class DisputeService < BaseService
        def call
          return result unless ::Dodo::Dispute.lost?(data)

          payment = Payment.find_by(payment_provider:, provider_payment_id: data.fetch("payment_id"))
          # A dispute names no invoice. It may also be about a payment that was never ours.
          return result unless payment

          result.payment = payment
          result.invoices = payment.invoices.select { |invoice| invoice.payment_dispute_lost_at.nil? }
          result.invoices.each { |invoice| lose(invoice) }
          result
        end

        private

        def lose(invoice)
          Invoices::LoseDisputeService.call!(
            invoice:,
            payment_dispute_lost_at: Time.zone.parse(occurred_at.to_s) || Time.current,
            reason: ::Dodo::Dispute.reason(data)
          )
        end
      end
    end
  end
end
