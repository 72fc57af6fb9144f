# frozen_string_literal: true

module Types
  module PaymentProviders
    class DodoProductInput < Types::BaseInputObject
      graphql_name "DodoProductInput"

      argument :currency, Types::CurrencyEnum, required: true
      argument :product_id, String, required: true
    end
  end
end
