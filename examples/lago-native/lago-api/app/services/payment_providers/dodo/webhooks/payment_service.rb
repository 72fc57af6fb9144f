# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Webhooks
      class PaymentService < BaseService
        def call
          result.payment = PaymentProviders::Dodo::ApplyPaymentService
            .call!(payment_provider:, provider_payment_id: data.fetch("payment_id")).payment
          result
        end
      end
    end
  end
end
