# frozen_string_literal: true

module PaymentProviders
  module Dodo
    # Writes what Dodo says of one payment into its `payments` row, and says what that means for the payable. It must
    # run inside a lock on the payable. Both payment services build on it, so that money is judged in one place.
    class RecordPaymentService < BaseService
      Result = BaseResult[:payment, :verdict, :changed]

      OPEN = %w[pending processing].freeze
      TOLD = %w[status payable_payment_status error_code].freeze

      def initialize(payable:, payment_provider:, dodo_payment:, settled_by_other:, closed:)
        @payable = payable
        @payment_provider = payment_provider
        @dodo_payment = dodo_payment
        @settled_by_other = settled_by_other
        @closed = closed

        super
      end

      def call
        result.payment = payment
        result.verdict = verdict
        write unless verdict.kind == :ignore
        # Nothing new was learnt from this delivery: nobody is to be told, and nothing scheduled, a second time.
        result.changed = payment.previously_new_record? || payment.saved_changes.keys.intersection(TOLD).any?
        result
      end

      private

      attr_reader :payable, :payment_provider, :dodo_payment, :settled_by_other, :closed

      def verdict
        @verdict ||= ::Dodo::Settlement.verdict(
          payment: dodo_payment,
          # What is due now, not what was asked for: a credit note may have come between.
          due_amount_cents: PaymentProviders::Dodo::Payable.due_cents(payable),
          currency: payable.currency,
          current: payment.payable_payment_status,
          settled_by_other:,
          closed:
        )
      end

      # By Dodo's id; else the charge whose answer has not come back yet (webhooks may be faster); else a new row.
      def payment
        @payment ||= provider_payments.find_by(provider_payment_id: dodo_payment["payment_id"]) ||
          unanswered_charge || new_payment
      end

      def provider_payments
        Payment.where(payable:, payment_provider:)
      end

      def unanswered_charge
        provider_payments.find_by(id: dodo_payment.dig("metadata", "lago_payment_id"), provider_payment_id: nil)
      end

      def new_payment
        Payment.new(
          organization_id: payable.organization_id,
          payable:,
          customer: payable.customer,
          payment_provider:,
          payment_provider_customer: payable.customer.dodo_customer,
          amount_cents: PaymentProviders::Dodo::Payable.due_cents(payable),
          amount_currency: payable.currency
        )
      end

      def write
        payment.update!(
          provider_payment_id: dodo_payment["payment_id"],
          status: dodo_payment["status"] || "pending",
          error_code: dodo_payment["error_code"] || (verdict.reason if verdict.kind == :review),
          payable_payment_status:,
          provider_payment_data: (payment.provider_payment_data || {}).merge(figures),
          **received
        )
      end

      # Without a Lago status the row is on record and counts towards nothing: that is how money which must be looked
      # at is kept out of `total_paid_amount_cents`.
      def payable_payment_status
        return if verdict.kind == :review

        status = ::Dodo::PaymentStatus.advance(
          payment.payable_payment_status, ::Dodo::PaymentStatus.to_lago(dodo_payment["status"])
        )
        status unless OPEN.include?(status) && another_is_open?
      end

      # Lago's unique index allows one open provider payment for a payable.
      def another_is_open?
        Payment.where(payable:, payment_type: :provider, payable_payment_status: OPEN).where.not(id: payment.id).exists?
      end

      def figures
        {
          "dodo_total_amount" => dodo_payment["total_amount"],
          "dodo_currency" => dodo_payment["currency"],
          "dodo_checkout_session_id" => dodo_payment["checkout_session_id"]
        }.compact
      end

      # A row under review shows the money that really came, in the currency it came in.
      def received
        return {} unless verdict.kind == :review

        currency = dodo_payment["currency"]
        {
          amount_cents: ::Dodo::Money.from_dodo(dodo_payment["total_amount"], currency).floor,
          amount_currency: currency
        }
      rescue ::Dodo::UnsupportedCurrency
        # The figures as Dodo gave them are in the row's data; a unit is not guessed.
        {}
      end
    end
  end
end
