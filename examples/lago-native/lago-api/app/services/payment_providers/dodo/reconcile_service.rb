# frozen_string_literal: true

module PaymentProviders
  module Dodo
    # Asks Dodo about everything that is still open here. Dodo gives up on a webhook after about 28 hours; this finds
    # what was missed.
    class ReconcileService < BaseService
      Result = BaseResult[:checked]

      # Links older than this lead to sessions long dead; the margin covers payments that were slow to settle.
      WINDOW = 4.days

      def initialize(payment_provider:)
        @payment_provider = payment_provider

        super
      end

      def call
        unanswered_charges.find_each { |payment| PaymentProviders::Dodo::Payments::ResolveService.call!(payment:) }
        result.checked = (open_payment_ids + link_payment_ids).uniq.each { |id| apply(id) }
        result
      end

      private

      attr_reader :payment_provider

      def unanswered_charges
        Payment.where(payment_provider:, provider_payment_id: nil, payable_payment_status: "processing")
      end

      def open_payment_ids
        Payment.where(payment_provider:, payable_payment_status: %w[pending processing])
          .where.not(provider_payment_id: nil).pluck(:provider_payment_id)
      end

      def link_payment_ids
        PaymentIntent.where(organization_id: payment_provider.organization_id, created_at: WINDOW.ago..)
          .where.not(provider_session_id: nil)
          .where(invoice: Invoice.where(customer: payment_provider.customers))
          .filter_map { |link| payment_provider.client.checkout(link.provider_session_id)["payment_id"] }
      end

      def apply(provider_payment_id)
        PaymentProviders::Dodo::ApplyPaymentService.call!(payment_provider:, provider_payment_id:)
      end
    end
  end
end
