# frozen_string_literal: true

module PaymentProviders
  module Dodo
    class ValidateIncomingWebhookService < BaseService
      # @param payload [String] the raw body
      # @param signature [String] the three Standard Webhooks headers as JSON: `inbound_webhooks` has one column for
      #   them, and the signature covers all three
      def initialize(payload:, signature:, payment_provider:)
        @payload = payload
        @signature = signature
        @payment_provider = payment_provider

        super
      end

      def call
        return result if valid?

        result.service_failure!(code: "webhook_error", message: "Invalid signature")
      end

      private

      attr_reader :payload, :signature, :payment_provider

      def valid?
        headers = JSON.parse(signature.to_s)
        ::Dodo::WebhookSignature.valid?(
          payload:,
          id: headers["id"],
          timestamp: headers["timestamp"],
          signatures: headers["signature"],
          secrets: payment_provider.webhook_secrets || []
        )
      rescue JSON::ParserError
        false
      end
    end
  end
end
