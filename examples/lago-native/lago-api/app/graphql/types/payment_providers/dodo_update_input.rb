# frozen_string_literal: true

module Types
  module PaymentProviders
    # Secrets are write-only: left out, they stay; a webhook secret that is given joins the one in use.
    class DodoUpdateInput < Types::BaseInputObject
      description "Dodo Payments update input arguments"

      argument :api_key, String, required: false
      argument :code, String, required: false
      argument :id, ID, required: true
      argument :mandate_products, [Types::PaymentProviders::DodoProductInput], required: false
      argument :name, String, required: false
      argument :products, [Types::PaymentProviders::DodoProductInput], required: false
      argument :success_redirect_url, String, required: false
      argument :webhook_secret, String, required: false
    end
  end
end
