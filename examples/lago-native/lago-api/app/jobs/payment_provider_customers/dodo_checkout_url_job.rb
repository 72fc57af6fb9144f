# frozen_string_literal: true

module PaymentProviderCustomers
  class DodoCheckoutUrlJob < ApplicationJob
    queue_as :providers

    retry_on(*::Dodo::TRANSIENT, wait: :polynomially_longer, attempts: 6)

    def perform(dodo_customer)
      PaymentProviderCustomers::DodoService.new(dodo_customer).generate_checkout_url.raise_if_error!
    end
  end
end
