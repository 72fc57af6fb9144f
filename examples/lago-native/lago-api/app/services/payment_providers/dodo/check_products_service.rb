# frozen_string_literal: true

module PaymentProviders
  module Dodo
    # Reads every configured product before it is saved: a wrong one charges a wrong amount without an error. It is
    # also the test that the API key works and belongs to the chosen environment.
    class CheckProductsService < BaseService
      Result = BaseResult[:provider]

      def initialize(provider:)
        @provider = provider

        super
      end

      def call
        result.provider = provider
        problems = {
          products: check(:one_time, provider.products), mandate_products: check(:mandate, provider.mandate_products)
        }.reject { |_field, messages| messages.empty? }

        problems.empty? ? result : result.validation_failure!(errors: problems)
      rescue ::Dodo::Error => e
        result.third_party_failure!(
          third_party: "Dodo Payments", error_code: e.try(:code) || e.class.name, error_message: e.message
        )
      end

      private

      attr_reader :provider

      def check(kind, products)
        (products || {}).flat_map do |currency, product_id|
          product = provider.client.product(product_id)
          ::Dodo::ProductCheck.public_send(kind, product, currency).map { |problem| "#{product_id} #{problem}" }
        end
      end
    end
  end
end
