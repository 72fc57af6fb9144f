# frozen_string_literal: true

module PaymentProviders
  class DodoService < BaseService
    ASSIGNABLE = %i[api_key code environment name success_redirect_url].freeze

    # @param products, mandate_products [Array<Hash>] `{currency:, product_id:}`
    # @param webhook_secret [String] added to those in use, so that a rotation drops no delivery
    def create_or_update(organization:, **args)
      found = find_or_build(organization, args[:id])
      return found unless found.success?

      provider = found.payment_provider
      previous_code = provider.code

      provider.assign_attributes(args.slice(*ASSIGNABLE))
      provider.environment ||= "test_mode"
      provider.add_webhook_secret(args[:webhook_secret]) if args[:webhook_secret].present?
      provider.products = by_currency(args[:products]) if args.key?(:products)
      provider.mandate_products = by_currency(args[:mandate_products]) if args.key?(:mandate_products)

      provider.validate!
      checked = PaymentProviders::Dodo::CheckProductsService.call(provider:)
      return checked unless checked.success?

      provider.save!
      if payment_provider_code_changed?(provider, previous_code, args)
        provider.customers.update_all(payment_provider_code: args[:code]) # rubocop:disable Rails/SkipsModelValidations
      end

      result.dodo_provider = provider
      result
    rescue ActiveRecord::RecordInvalid => e
      result.record_validation_failure!(record: e.record)
    end

    private

    # Found by id only: adding a connection under a code that is taken is an error, not an overwritten API key.
    def find_or_build(organization, id)
      if id
        return PaymentProviders::FindService.call(
          organization_id: organization.id, id:, payment_provider_type: "dodo"
        )
      end

      result.payment_provider = PaymentProviders::DodoProvider.new(organization_id: organization.id)
      result
    end

    def by_currency(list)
      Array(list).to_h { |entry| [entry[:currency].to_s.upcase, entry[:product_id].to_s.strip] }
    end
  end
end
