# frozen_string_literal: true

module Mutations
  module PaymentProviders
    module Dodo
      class Create < Base
        REQUIRED_PERMISSION = "organization:integrations:create"

        graphql_name "AddDodoPaymentProvider"
        description "Create a Dodo Payments provider"

        input_object_class Types::PaymentProviders::DodoInput

        type Types::PaymentProviders::Dodo
      end
    end
  end
end
