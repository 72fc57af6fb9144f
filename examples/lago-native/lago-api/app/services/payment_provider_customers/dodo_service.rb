# frozen_string_literal: true

module PaymentProviderCustomers
  class DodoService < BaseService
    def initialize(dodo_customer = nil)
      @dodo_customer = dodo_customer

      super(nil)
    end

    # Safe to run again: a customer made by an earlier run whose answer was lost is found, not made twice.
    def create
      result.dodo_customer = dodo_customer
      return result if dodo_customer.provider_customer_id?

      found = ::Dodo::Search.new(client).customer(email:, metadata:) || client.create_customer(body)
      dodo_customer.update!(provider_customer_id: found.fetch("customer_id"))

      SendWebhookJob.perform_later("customer.payment_provider_created", customer)
      PaymentProviderCustomers::DodoCheckoutUrlJob.perform_later(dodo_customer) if mandate_product?
      result
    rescue ::Dodo::ApiError => e
      deliver_error_webhook(e)
      result.service_failure!(code: "dodo_error", message: e.message)
    end

    # Dodo's copy of the customer is only a label on its own documents; each checkout sends the current address.
    def update
      result
    end

    # A page on which the customer authorises later charges. Nothing is charged there.
    def generate_checkout_url(send_webhook: true)
      return result.not_allowed_failure!(code: "feature_not_supported") unless mandate_product?

      session = client.create_checkout(mandate_body)
      result.checkout_url = session.fetch("checkout_url")
      if send_webhook
        SendWebhookJob.perform_later(
          "customer.checkout_url_generated", customer, checkout_url: result.checkout_url
        )
      end
      result
    rescue *::Dodo::TRANSIENT
      raise
    rescue ::Dodo::Error => e
      deliver_error_webhook(e)
      result.service_failure!(code: "dodo_error", message: e.message)
    end

    private

    attr_reader :dodo_customer

    delegate :customer, :payment_provider, to: :dodo_customer
    delegate :client, to: :payment_provider

    def body
      ::Dodo::CheckoutBody.new_customer({email: customer.email, name:}).to_h
        .merge(name:, phone_number: customer.phone.presence, metadata:).compact
    end

    def name
      customer.legal_name.presence || customer.name.presence || email
    end

    def email
      ::Dodo::CheckoutBody.new_customer({email: customer.email}).to_h[:email]
    end

    def metadata
      ::Dodo::Metadata.build({lago_customer_id: customer.id, lago_organization_id: customer.organization_id})
    end

    def mandate_body
      ::Dodo::CheckoutBody.for_mandate(
        currency:,
        products: payment_provider.mandate_products,
        metadata:,
        return_url: payment_provider.success_redirect_url,
        customer_id: dodo_customer.provider_customer_id,
        customer: customer.slice(:country, :address_line1, :city, :state, :zipcode).symbolize_keys
      )
    end

    def currency
      customer.currency || customer.organization.default_currency
    end

    def mandate_product?
      (payment_provider.mandate_products || {}).key?(currency)
    end

    def deliver_error_webhook(error)
      SendWebhookJob.perform_later(
        "customer.payment_provider_error",
        customer,
        provider_error: {message: error.message, error_code: error.try(:code)}
      )
    end
  end
end
