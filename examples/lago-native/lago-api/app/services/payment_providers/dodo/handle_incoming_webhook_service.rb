# frozen_string_literal: true

module PaymentProviders
  module Dodo
    # Called for a stored, verified delivery. The work is a job of its own because a delivery that Lago has marked
    # `failed` is never looked at again, while a job is retried.
    class HandleIncomingWebhookService < BaseService
      Result = BaseResult[:event]

      def initialize(inbound_webhook:)
        @inbound_webhook = inbound_webhook

        super
      end

      def call
        found = PaymentProviders::FindService.call(
          organization_id: inbound_webhook.organization_id,
          code: inbound_webhook.code,
          payment_provider_type: "dodo"
        )
        return found unless found.success?

        result.event = JSON.parse(inbound_webhook.payload)
        PaymentProviders::Dodo::HandleEventJob.perform_later(
          payment_provider: found.payment_provider, event: inbound_webhook.payload
        )
        result
      rescue JSON::ParserError
        result.service_failure!(code: "webhook_error", message: "Invalid payload")
      end

      private

      attr_reader :inbound_webhook
    end
  end
end
