# frozen_string_literal: true

module Mutations
  module PaymentProviders
    module Dodo
      class Base < BaseMutation
        include AuthenticableApiUser
        include RequiredOrganization

        def resolve(**args)
          saved = ::PaymentProviders::DodoService
            .new(context[:current_user])
            .create_or_update(organization: current_organization, **plain(args))

          saved.success? ? saved.dodo_provider : result_error(saved)
        end

        private

        # The service is called from Ruby too, and knows nothing of GraphQL input objects.
        def plain(args)
          args.to_h { |name, value| [name, value.is_a?(Array) ? value.map(&:to_h) : value] }
        end
      end
    end
  end
end
