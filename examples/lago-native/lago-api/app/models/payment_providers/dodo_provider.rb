# frozen_string_literal: true

module PaymentProviders
  class DodoProvider < BaseProvider
    SUCCESS_REDIRECT_URL = "https://dodopayments.com"
    ENVIRONMENTS = ::Dodo::Client::BASE_URLS.keys.freeze

    SUCCESS_STATUSES = ::Dodo::PaymentStatus::SUCCESS
    FAILED_STATUSES = ::Dodo::PaymentStatus::FAILED
    PROCESSING_STATUSES = %w[
      partially_captured partially_captured_and_capturable processing requires_capture requires_confirmation
      requires_customer_action requires_merchant_action requires_payment_method
    ].freeze

    # Dodo keeps signing with the old secret for a day after a rotation.
    KEPT_WEBHOOK_SECRETS = 2

    secrets_accessors :api_key, :webhook_secrets
    settings_accessors :environment, :products, :mandate_products, :retry_days

    validates :api_key, presence: true
    validates :environment, inclusion: {in: ENVIRONMENTS}
    validates :success_redirect_url, url: true, allow_nil: true, length: {maximum: 1024}
    validate :products_are_chargeable

    def payment_type
      "dodo"
    end

    # A status invented after this was written is an open payment, not a new Lago status.
    def determine_payment_status(status)
      ::Dodo::PaymentStatus.to_lago(status)
    end

    def add_webhook_secret(secret)
      self.webhook_secrets = [secret.strip, *webhook_secrets].uniq.first(KEPT_WEBHOOK_SECRETS)
    end

    def retry_schedule
      retry_days || ::Dodo::Decline::DEFAULT_RETRY_DAYS
    end

    def client
      ::Dodo::Client.new(api_key:, environment:)
    end

    private

    def products_are_chargeable
      {products:, mandate_products:}.each do |field, map|
        unknown = (map || {}).keys - ::Dodo::Money::CHARGEABLE
        errors.add(field, :value_is_invalid) if unknown.any? || (map || {}).values.any?(&:blank?)
      end
    end
  end
end
