# frozen_string_literal: true

module PaymentProviders
  module Dodo
    # Reads one payment from Dodo and lets it take effect in Lago. Webhooks, lost answers and reconciliation all end
    # here, so that running it once more is always safe.
    class ApplyPaymentService < BaseService
      Result = BaseResult[:payment]

      def initialize(payment_provider:, provider_payment_id:)
        @payment_provider = payment_provider
        @provider_payment_id = provider_payment_id

        super
      end

      def call
        dodo_payment = payment_provider.client.payment(provider_payment_id)
        organization_id = payment_provider.organization_id
        payable = PaymentProviders::Dodo::Payable.find(dodo_payment["metadata"] || {}, organization_id:)
        return result unless payable

        applied = PaymentProviders::Dodo::Payable.service(payable)
          .update_payment_status(organization_id:, payment_provider:, dodo_payment:)
          .raise_if_error!
        result.payment = applied.payment
        result
      end

      private

      attr_reader :payment_provider, :provider_payment_id
    end
  end
end
