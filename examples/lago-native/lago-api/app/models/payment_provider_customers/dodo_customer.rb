# frozen_string_literal: true

module PaymentProviderCustomers
  class DodoCustomer < BaseCustomer
    # Without an id Dodo attaches a payment to whichever customer last used the e-mail address.
    def require_provider_payment_id?
      true
    end

    # A mandate is an on-demand subscription, and charges one currency.
    # @return [PaymentMethod, nil] its provider_method_id is the Dodo subscription id
    def mandate_for(currency)
      payment_methods.order(created_at: :desc).find { |method| method.details["currency"] == currency.upcase }
    end
  end
end
