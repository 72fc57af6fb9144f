# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Webhooks
      # A Dodo event carries the object as it was when it was sent, not when it happened, and events overtake each
      # other. So an event only says what to look at: handlers read the object again, and decide on that.
      class BaseService < ::BaseService
        Result = BaseResult[:payment, :refund, :invoices]

        def initialize(payment_provider:, data:, occurred_at:)
          @payment_provider = payment_provider
          @data = data
          @occurred_at = occurred_at

          super
        end

        private

        attr_reader :payment_provider, :data, :occurred_at
      end
    end
  end
end
