# frozen_string_literal: true

module Types
  module PaymentProviders
    class DodoInput < Types::BaseInputObject
      description "Dodo Payments input arguments"

      argument :api_key, String, required: true
      argument :code, String, required: true
      argument :environment, String, required: true
      argument :mandate_products, [Types::PaymentProviders::DodoProductInput], required: false
      argument :name, String, required: true
      argument :products, [Types::PaymentProviders::DodoProductInput], required: true
      argument :success_redirect_url, String, required: false
      argument :webhook_secret, String, required: false
    end
  end
end
