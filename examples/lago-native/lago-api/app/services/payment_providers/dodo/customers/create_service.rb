# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Customers
      class CreateService < BaseService
        Result = BaseResult[:provider_customer]

        def initialize(customer:, payment_provider_id:, params:, async: true)
          @customer = customer
          @payment_provider_id = payment_provider_id
          @params = params || {}
          @async = async

          super
        end

        def call
          provider_customer = PaymentProviderCustomers::DodoCustomer.find_or_initialize_by(
            customer_id: customer.id, organization_id: customer.organization_id
          )
          provider_customer.payment_provider_id = payment_provider_id
          assign_optional(provider_customer)
          provider_customer.save!

          result.provider_customer = provider_customer
          enqueue_creation(provider_customer) if create_on_provider?(provider_customer)
          result
        rescue ActiveRecord::RecordInvalid => e
          result.record_validation_failure!(record: e.record)
        end

        private

        attr_reader :customer, :payment_provider_id, :params, :async

        def assign_optional(provider_customer)
          %i[provider_customer_id sync_with_provider].each do |field|
            provider_customer.public_send(:"#{field}=", params[field].presence) if params.key?(field)
          end
        end

        def create_on_provider?(provider_customer)
          provider_customer.provider_customer_id.blank? && provider_customer.sync_with_provider.present?
        end

        def enqueue_creation(provider_customer)
          job = PaymentProviderCustomers::DodoCreateJob
          async ? job.perform_later(provider_customer) : job.perform_now(provider_customer)
        end
      end
    end
  end
end
