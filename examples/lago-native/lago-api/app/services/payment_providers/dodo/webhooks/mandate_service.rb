# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Webhooks
      # Keeps Lago's payment methods in step with Dodo's on-demand subscriptions.
      class MandateService < BaseService
        ENDED = %w[cancelled expired failed].freeze

        def call
          return result unless customer && data["on_demand"] != false

          case data["status"]
          when "active" then remember
          when *ENDED then forget
          end
          # `on_hold` is left alone: it follows a failed charge, and a later charge may succeed.
          result
        end

        private

        def remember
          PaymentMethods::FindOrCreateFromProviderService.call!(
            customer: customer.customer,
            payment_provider_customer: customer,
            provider_method_id: data.fetch("subscription_id"),
            params: {provider_payment_methods: ["card"], details: {"currency" => data["currency"]}},
            set_as_default: true
          )
        end

        def forget
          payment_method = customer.payment_methods.find_by(provider_method_id: data.fetch("subscription_id"))
          PaymentMethods::DestroyService.call!(payment_method:) if payment_method
        end

        def customer
          @customer ||= PaymentProviderCustomers::DodoCustomer.find_by(
            payment_provider:, provider_customer_id: data.dig("customer", "customer_id")
          )
        end
      end
    end
  end
end
