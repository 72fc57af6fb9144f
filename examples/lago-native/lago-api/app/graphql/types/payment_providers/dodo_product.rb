# frozen_string_literal: true

module Types
  module PaymentProviders
    class DodoProduct < Types::BaseObject
      graphql_name "DodoProduct"

      field :currency, Types::CurrencyEnum, null: false
      field :product_id, String, null: false
    end
  end
end
