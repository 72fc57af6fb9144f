# frozen_string_literal: true

module Types
  module PaymentProviders
    class Dodo < Types::BaseObject
      graphql_name "DodoProvider"

      PERMISSION = "organization:integrations:view"

      field :code, String, null: false
      field :id, ID, null: false
      field :name, String, null: false

      field :api_key, ObfuscatedStringType, null: true, permission: PERMISSION
      field :environment, String, null: false, permission: PERMISSION
      field :mandate_products, [Types::PaymentProviders::DodoProduct], null: false, permission: PERMISSION
      field :products, [Types::PaymentProviders::DodoProduct], null: false, permission: PERMISSION
      field :success_redirect_url, String, null: true, permission: PERMISSION
      field :webhook_secrets, [ObfuscatedStringType], null: false, permission: PERMISSION

      def products
        listed(object.products)
      end

      def mandate_products
        listed(object.mandate_products)
      end

      def webhook_secrets
        object.webhook_secrets || []
      end

      private

      def listed(map)
        (map || {}).map { |currency, product_id| {currency:, product_id:} }
      end
    end
  end
end
