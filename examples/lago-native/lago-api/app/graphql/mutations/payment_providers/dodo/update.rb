# frozen_string_literal: true

module Mutations
  module PaymentProviders
    module Dodo
      class Update < Base
        REQUIRED_PERMISSION = "organization:integrations:update"

        graphql_name "UpdateDodoPaymentProvider"
        description "Update a Dodo Payments provider"

        input_object_class Types::PaymentProviders::DodoUpdateInput

        type Types::PaymentProviders::Dodo
      end
    end
  end
end
