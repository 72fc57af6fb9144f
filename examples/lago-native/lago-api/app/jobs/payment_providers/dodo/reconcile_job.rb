# frozen_string_literal: true

module PaymentProviders
  module Dodo
    # Hourly, from clock.rb. One job for each provider, so that one bad key holds nobody else up.
    class ReconcileJob < ApplicationJob
      queue_as :providers

      retry_on(*::Dodo::TRANSIENT, wait: :polynomially_longer, attempts: 3)

      def perform(payment_provider = nil)
        return PaymentProviders::Dodo::ReconcileService.call!(payment_provider:) if payment_provider

        PaymentProviders::DodoProvider.find_each { |provider| self.class.perform_later(provider) }
      end
    end
  end
end
