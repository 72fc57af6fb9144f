# frozen_string_literal: true

module PaymentProviderCustomers
  class DodoCreateJob < ApplicationJob
    queue_as :providers

    retry_on(*::Dodo::TRANSIENT, wait: :polynomially_longer, attempts: 6)

    def perform(dodo_customer)
      PaymentProviderCustomers::DodoService.new(dodo_customer).create.raise_if_error!
    end
  end
end
