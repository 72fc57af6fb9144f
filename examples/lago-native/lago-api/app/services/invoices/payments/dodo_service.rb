# frozen_string_literal: true

module Invoices
  module Payments
    class DodoService < BaseService
      include Customers::PaymentProviderFinder

      PROVIDER_NAME = "Dodo Payments"

      def initialize(invoice = nil)
        @invoice = invoice

        super
      end

      # Lago keeps the link for 24 hours, which is as long as a Dodo session lives.
      def generate_payment_url(_payment_intent)
        session = provider.client.create_checkout(checkout_body)
        result.payment_url = session.fetch("checkout_url")
        result.provider_session_id = session.fetch("session_id")
        result
      rescue ::Dodo::ApiError => e
        third_party_failure(e.code, e.message)
      rescue ::Dodo::Error => e
        third_party_failure(e.class.name.demodulize.underscore, e.message)
      end

      # @param dodo_payment [Hash] the payment as Dodo's API gives it now
      def update_payment_status(organization_id:, payment_provider:, dodo_payment:)
        @provider = payment_provider
        return result unless invoice&.organization_id == organization_id

        recorded = invoice.with_lock { record(dodo_payment).tap { |outcome| apply(outcome, dodo_payment) } }

        result.payment = recorded.payment
        result.invoice = invoice
        tell(recorded, dodo_payment) if recorded.changed
        result
      end

      # After a charge that turned out never to have reached Dodo: the invoice may be collected again.
      def charge_not_made
        return if invoice.payment_succeeded?

        update_invoice({payment_status: :failed, ready_for_payment_processing: true}, notify: true)
      end

      private

      attr_reader :invoice

      delegate :customer, to: :invoice

      def record(dodo_payment)
        ::PaymentProviders::Dodo::RecordPaymentService.call!(
          payable: invoice,
          payment_provider: provider,
          dodo_payment:,
          settled_by_other: invoice.payment_succeeded?,
          closed: invoice.voided?
        )
      end

      def apply(recorded, dodo_payment)
        case recorded.verdict.kind
        when :paid then mark_paid
        when :failed then mark_failed(recorded.payment) if recorded.changed
        # Only a payment that is really under way closes the other ways to pay: an abandoned 3-D Secure page may stay
        # `requires_customer_action` for ever.
        when :open then update_invoice({ready_for_payment_processing: false}) if dodo_payment["status"] == "processing"
        end
      end

      def mark_paid
        paid = invoice.payments.where(payable_payment_status: :succeeded).sum(:amount_cents)
        update_invoice(
          {payment_status: :succeeded, ready_for_payment_processing: false, total_paid_amount_cents: paid},
          notify: true
        )
      end

      # Never un-pays, and leaves the invoice alone while another attempt is under way.
      def mark_failed(payment)
        return if invoice.payment_succeeded?
        return if invoice.payments.where(payable_payment_status: :processing).where.not(id: payment.id).exists?

        update_invoice({payment_status: :failed, ready_for_payment_processing: true}, notify: true)
      end

      def update_invoice(params, notify: false)
        Invoices::UpdateService.call!(invoice:, params:, webhook_notification: notify)
      end

      def tell(recorded, dodo_payment)
        case recorded.verdict.kind
        when :paid
          SendWebhookJob.perform_later("payment.succeeded", recorded.payment)
          PaymentReceipts::CreateJob.perform_later(recorded.payment) if invoice.organization.issue_receipts_enabled?
          sync_accounting(recorded.payment)
        when :failed
          retire_link(dodo_payment["checkout_session_id"])
          deliver_error(dodo_payment["error_message"], recorded.verdict.reason)
          schedule_retry(dodo_payment)
        when :review
          deliver_error("Dodo payment #{dodo_payment["payment_id"]} needs a person", recorded.verdict.reason)
        end
      end

      def sync_accounting(payment)
        Integrations::Aggregator::Payments::CreateJob.perform_later(payment:) if payment.should_sync_payment?
      end

      # A session can be used once. Without this, Lago would hand out its dead link until the day is over.
      def retire_link(session_id)
        PaymentIntent.active.where(invoice:, provider_session_id: session_id).find_each(&:expired!) if session_id
      end

      # Only charges nobody is present for, and only where Lago's own dunning does not drive the schedule.
      def schedule_retry(dodo_payment)
        return if dodo_payment["subscription_id"].blank?
        return if invoice.organization.premium_integrations.include?("auto_dunning")

        days = ::Dodo::Decline.next_attempt_in_days(
          dodo_payment["error_code"], attempt: invoice.payment_attempts, schedule: provider.retry_schedule
        )
        return unless days

        Invoices::Payments::CreateJob.set(wait: days.days).perform_later(invoice:, payment_provider: :dodo)
      end

      def deliver_error(message, code)
        DeliverErrorWebhookService.call_async(invoice, {
          provider_customer_id: customer.dodo_customer&.provider_customer_id,
          provider_error: {message:, error_code: code}
        })
      end

      def checkout_body
        ::Dodo::CheckoutBody.for_amount(
          amount_cents: invoice.total_due_amount_cents,
          currency: invoice.currency,
          products: provider.products || {},
          metadata: ::PaymentProviders::Dodo::Payable.metadata(invoice, lago_invoice_number: invoice.number),
          return_url: provider.success_redirect_url.presence || ::PaymentProviders::DodoProvider::SUCCESS_REDIRECT_URL,
          customer_id: customer.dodo_customer.provider_customer_id,
          customer: customer.slice(:country, :address_line1, :city, :state, :zipcode).symbolize_keys
        )
      end

      def third_party_failure(error_code, error_message)
        result.third_party_failure!(third_party: PROVIDER_NAME, error_code:, error_message:)
      end

      def provider
        @provider ||= payment_provider(customer)
      end
    end
  end
end
