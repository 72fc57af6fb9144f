# frozen_string_literal: true

module PaymentProviders
  module Dodo
    class HandleEventService < BaseService
      Result = BaseResult[:handled]

      HANDLERS = {
        "payment" => PaymentProviders::Dodo::Webhooks::PaymentService,
        "refund" => PaymentProviders::Dodo::Webhooks::RefundService,
        "dispute" => PaymentProviders::Dodo::Webhooks::DisputeService,
        "subscription" => PaymentProviders::Dodo::Webhooks::MandateService
      }.freeze

      # @param event [String] the delivery's JSON
      def initialize(payment_provider:, event:)
        @payment_provider = payment_provider
        @event = JSON.parse(event)

        super
      end

      # Dodo adds event types all the time: those without a handler are none of Lago's business.
      def call
        handler = HANDLERS[event["type"].to_s.split(".").first]
        result.handled = handler.present?
        handler&.call!(payment_provider:, data: event.fetch("data"), occurred_at: event["timestamp"])
        result
      end

      private

      attr_reader :payment_provider, :event
    end
  end
end
