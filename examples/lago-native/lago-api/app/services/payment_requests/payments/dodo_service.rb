# frozen_string_literal: true

module PaymentRequests
  module Payments
    # A payment request bundles overdue invoices into one payment (dunning). It is paid as a whole or not at all.
    class DodoService < BaseService
      include Customers::PaymentProviderFinder

      def initialize(payable = nil)
        @payable = payable

        super(nil)
      end

      # The pay link of the dunning e-mail.
      def call
        result.payment_url = provider.client.create_checkout(checkout_body).fetch("checkout_url")
        result
      rescue ::Dodo::Error => e
        deliver_error(e.message, e.try(:code))
        result.service_failure!(code: "dodo_error", message: e.message)
      end

      # @param dodo_payment [Hash] the payment as Dodo's API gives it now
      def update_payment_status(organization_id:, payment_provider:, dodo_payment:)
        @provider = payment_provider
        return result unless payable&.organization_id == organization_id

        recorded = payable.with_lock { record(dodo_payment).tap { |outcome| apply(outcome) } }

        result.payment = recorded.payment
        result.payable = payable
        tell(recorded, dodo_payment) if recorded.changed
        result
      end

      # After a charge that turned out never to have reached Dodo: the invoices may be collected again.
      def charge_not_made
        mark_failed
      end

      private

      attr_reader :payable

      delegate :customer, :organization, to: :payable

      def record(dodo_payment)
        ::PaymentProviders::Dodo::RecordPaymentService.call!(
          payable:,
          payment_provider: provider,
          dodo_payment:,
          # If one of the invoices was paid by other means, the sum that was asked for is no longer owed.
          settled_by_other: payable.payment_succeeded? || payable.invoices.any?(&:payment_succeeded?),
          closed: payable.invoices.any?(&:voided?)
        )
      end

      def apply(recorded)
        case recorded.verdict.kind
        when :paid
          update_invoices { |invoice| paid_params(invoice) }
          update_payable(:succeeded)
          customer.reset_dunning_campaign_for_currency!(payable.currency) if payable.dunning_campaign
        when :failed then mark_failed if recorded.changed
        end
      end

      # Never un-pays.
      def mark_failed
        return if payable.payment_succeeded?

        update_invoices do |invoice|
          {payment_status: :failed, ready_for_payment_processing: true} unless invoice.payment_succeeded?
        end
        update_payable(:failed)
      end

      def paid_params(invoice)
        {
          payment_status: :succeeded,
          ready_for_payment_processing: false,
          # What was paid before, in part, stays counted.
          total_paid_amount_cents: invoice.total_paid_amount_cents + invoice.total_due_amount_cents
        }
      end

      def update_invoices
        payable.invoices.each do |invoice|
          params = yield(invoice)
          Invoices::UpdateService.call!(invoice:, params:, webhook_notification: true) if params
        end
      end

      def update_payable(payment_status)
        PaymentRequests::UpdateService.call!(
          payable:,
          params: {payment_status:, ready_for_payment_processing: payment_status != :succeeded},
          webhook_notification: true
        )
      end

      def tell(recorded, dodo_payment)
        case recorded.verdict.kind
        when :paid
          PaymentReceipts::CreateJob.perform_later(recorded.payment) if organization.issue_receipts_enabled?
        when :failed
          PaymentRequestMailer.with(payment_request: payable).requested.deliver_later
          deliver_error(dodo_payment["error_message"], recorded.verdict.reason)
        when :review
          deliver_error("Dodo payment #{dodo_payment["payment_id"]} needs a person", recorded.verdict.reason)
        end
      end

      def checkout_body
        ::Dodo::CheckoutBody.for_amount(
          amount_cents: payable.total_amount_cents,
          currency: payable.currency,
          products: provider.products || {},
          metadata: ::PaymentProviders::Dodo::Payable.metadata(payable),
          return_url: provider.success_redirect_url.presence || ::PaymentProviders::DodoProvider::SUCCESS_REDIRECT_URL,
          customer_id: customer.dodo_customer.provider_customer_id,
          customer: customer.slice(:country, :address_line1, :city, :state, :zipcode).symbolize_keys
        )
      end

      def deliver_error(message, code)
        DeliverErrorWebhookService.call_async(payable, {
          provider_customer_id: customer.dodo_customer&.provider_customer_id,
          provider_error: {message:, error_code: code}
        })
      end

      def provider
        @provider ||= payment_provider(customer)
      end
    end
  end
end
