# frozen_string_literal: true

module PaymentProviders
  module Dodo
    class ResolvePaymentJob < ApplicationJob
      queue_as :providers

      class StillUnknown < StandardError; end

      retry_on StillUnknown, *::Dodo::TRANSIENT, wait: 10.minutes, attempts: 24

      def perform(payment)
        state = PaymentProviders::Dodo::Payments::ResolveService.call!(payment:).state
        raise StillUnknown, payment.id if state == :unknown
      end
    end
  end
end
