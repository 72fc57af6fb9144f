# frozen_string_literal: true

module Dodo
  # Decides what one Dodo payment means for one Lago payable. The only place that may say "paid".
  module Settlement
    Verdict = Struct.new(:kind, :reason, keyword_init: true)

    module_function

    # @param payment [Hash] Dodo's payment as read now, not as a webhook told it
    # @param due_amount_cents [Integer] what was asked for, Lago subunits
    # @param current [String, nil] the Lago status this payment has already reached
    # @param settled_by_other [Boolean] another payment, or a person, already settled the payable
    # @param closed [Boolean] the payable was voided meanwhile
    # @return [Verdict] kind :paid, :failed, :open, :ignore, or :review (money a person must look at)
    def verdict(payment:, due_amount_cents:, currency:, current: nil, settled_by_other: false, closed: false)
      return Verdict.new(kind: :ignore, reason: "setup_payment") if setup?(payment)
      return Verdict.new(kind: :ignore, reason: "already_succeeded") if current == "succeeded"
      return Verdict.new(kind: :review, reason: "partially_captured") if PaymentStatus.partial?(payment["status"])

      case PaymentStatus.to_lago(payment["status"])
      when "succeeded"
        reason = objection(payment, due_amount_cents, currency, settled_by_other, closed)
        Verdict.new(kind: reason ? :review : :paid, reason:)
      when "failed"
        Verdict.new(kind: :failed, reason: payment["error_code"])
      else
        Verdict.new(kind: :open, reason: payment["status"])
      end
    end

    # Authorising a mandate and swapping a card are payments too, and carry the metadata of their session.
    def setup?(payment)
      payment["is_update_payment_method"] == true || payment["total_amount"] == 0
    end

    def objection(payment, due_amount_cents, currency, settled_by_other, closed)
      return "invoice_voided" if closed
      return "duplicate_payment" if settled_by_other
      return "currency_mismatch" unless payment["currency"].to_s.casecmp?(currency)
      return "amount_mismatch" unless payment["total_amount"] == Money.to_dodo(due_amount_cents, currency)

      nil
    end

    private_class_method :setup?, :objection
  end
end
