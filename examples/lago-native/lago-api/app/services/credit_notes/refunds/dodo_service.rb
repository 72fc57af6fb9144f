# frozen_string_literal: true

module CreditNotes
  module Refunds
    class DodoService < BaseService
      # Refusals that no waiting will change. Others are retried by the job.
      FINAL = %w[
        LINE_ITEM_FULLY_REFUNDED LINE_ITEM_NOT_FOUND LINE_ITEM_PRORATED LINE_ITEM_REFUND_AMOUNT_TOO_HIGH
        LINE_ITEM_REFUND_AMOUNT_TOO_LOW NOTHING_TO_REFUND NOT_FOUND PARTIAL_REFUND_NOT_ALLOWED
        PAYMENT_ALREADY_REFUNDED PAYMENT_HAS_BEEN_REFUNDED PAYMENT_NOT_SUCCEEDED REFUND_AMOUNT_EXCEEDS_PAID_AMOUNT
        REFUND_WINDOW_EXPIRED UNSUCCESSFUL_PAYMENT_ID ZERO_AMOUNT_PAYMENT_REFUND_NOT_ALLOWED
      ].freeze

      STATUSES = {"succeeded" => "succeeded", "failed" => "failed"}.freeze

      def initialize(credit_note = nil)
        @credit_note = credit_note

        super
      end

      # Safe to run again: the row written before the request makes a later run look for the refund first.
      def create
        result.credit_note = credit_note
        return result unless refundable?

        refund = intent
        found = refund.previously_new_record? ? nil : find_made
        accept(refund, found || request)
        result.refund = refund
        result
      rescue ::Dodo::NotRefundable => e
        refuse("not_refundable", e.message)
      rescue ::Dodo::ApiError => e
        raise unless FINAL.include?(e.code)

        refuse(e.code, e.message)
      end

      # @param dodo_refund [Hash] the refund as Dodo's API gives it now
      def update_status(payment_provider:, dodo_refund:)
        refund = Refund.find_by(payment_provider:, provider_refund_id: dodo_refund.fetch("refund_id")) ||
          by_intent(payment_provider, dodo_refund)
        return result unless refund

        @credit_note = result.credit_note = refund.credit_note
        accept(refund, dodo_refund)
        result.refund = refund
        result
      end

      private

      attr_reader :credit_note

      delegate :customer, :invoice, to: :credit_note

      def refundable?
        return false unless credit_note.refunded? && !credit_note.succeeded?
        # A lost dispute has already given the money back.
        return false if invoice.payment_dispute_lost_at?

        payment.present?
      end

      # The payment that settled the invoice: not the latest attempt, which may be a failed one. It may have been made
      # for a payment request that this invoice was part of.
      def payment
        @payment ||= Payment
          .where(payable: [invoice, *invoice.payment_requests], payable_payment_status: :succeeded)
          .where(payment_provider: PaymentProviders::DodoProvider.where(organization_id: credit_note.organization_id))
          .order(created_at: :desc).first
      end

      def intent
        credit_note.with_lock do
          Refund.find_or_create_by!(credit_note:, payment:) do |refund|
            refund.organization_id = credit_note.organization_id
            refund.payment_provider = payment.payment_provider
            refund.payment_provider_customer = payment.payment_provider_customer
            refund.amount_cents = credit_note.refund_amount_cents
            refund.amount_currency = credit_note.refund_amount_currency
            refund.status = "pending"
            refund.provider_refund_id = intent_id
          end
        end
      end

      def intent_id
        "intent-#{credit_note.id}"
      end

      # Faster than the answer to the request: the refund is known only by the metadata we gave it.
      def by_intent(payment_provider, dodo_refund)
        id = dodo_refund.dig("metadata", "lago_credit_note_id")
        Refund.find_by(payment_provider:, provider_refund_id: "intent-#{id}") if id
      end

      def find_made
        ::Dodo::Search.new(client).refund(
          payment_id: payment.provider_payment_id, metadata: {lago_credit_note_id: credit_note.id}
        )
      end

      def request
        client.create_refund(
          ::Dodo::RefundItems.body(
            payment_id: payment.provider_payment_id,
            amount_cents: credit_note.refund_amount_cents,
            currency: credit_note.refund_amount_currency,
            line_items: client.line_items(payment.provider_payment_id).fetch("items"),
            reason: credit_note.description.presence || credit_note.reason,
            metadata: {
              lago_credit_note_id: credit_note.id,
              lago_invoice_id: invoice.id,
              lago_customer_id: customer.id
            }
          )
        )
      end

      def client
        payment.payment_provider.client
      end

      # `pending` and `review` may still fail, days later; a refund that succeeded stays so.
      def accept(refund, dodo_refund)
        refund.with_lock do
          next if refund.status == "succeeded"

          refund.update!(provider_refund_id: dodo_refund.fetch("refund_id"), status: dodo_refund["status"])
        end
        status = STATUSES.fetch(refund.status, "pending")
        return if credit_note.succeeded? || credit_note.refund_status == status

        credit_note.update!(refund_status: status, refunded_at: (Time.current if status == "succeeded"))
        deliver_error_webhook("refund_failed", "Dodo refund #{refund.provider_refund_id} failed") if status == "failed"
      end

      def refuse(code, message)
        Refund.find_by(credit_note:, provider_refund_id: intent_id)&.update!(status: "failed")
        credit_note.update!(refund_status: :failed)
        deliver_error_webhook(code, message)
        result.service_failure!(code: "dodo_error", message:)
      end

      def deliver_error_webhook(error_code, message)
        SendWebhookJob.perform_later(
          "credit_note.provider_refund_failure",
          credit_note,
          provider_customer_id: customer.dodo_customer&.provider_customer_id,
          provider_error: {message:, error_code:}
        )
      end
    end
  end
end
