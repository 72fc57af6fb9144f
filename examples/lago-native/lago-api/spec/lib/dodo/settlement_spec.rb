# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::Settlement do
  let(:payment) { {"status" => "succeeded", "total_amount" => 1440, "currency" => "USD"} }

  def verdict(changes = {}, **facts)
    described_class.verdict(payment: payment.merge(changes), due_amount_cents: 1440, currency: "USD", **facts)
  end

  it "says paid for exactly the amount due in the invoice's currency" do
    expect(verdict).to have_attributes(kind: :paid, reason: nil)
  end

  it "never says paid for less, for more, or in another currency" do
    expect(verdict({"total_amount" => 1439})).to have_attributes(kind: :review, reason: "amount_mismatch")
    expect(verdict({"total_amount" => 1441})).to have_attributes(kind: :review, reason: "amount_mismatch")
    expect(verdict({"currency" => "EUR"})).to have_attributes(kind: :review, reason: "currency_mismatch")
  end

  it "compares forint in Dodo's unit" do
    huf = described_class.verdict(
      payment: {"status" => "succeeded", "total_amount" => 35_000, "currency" => "HUF"},
      due_amount_cents: 350, currency: "HUF"
    )
    expect(huf.kind).to eq(:paid)
  end

  it "finds a second payment of a settled invoice" do
    expect(verdict(settled_by_other: true)).to have_attributes(kind: :review, reason: "duplicate_payment")
  end

  it "finds money for an invoice that was voided meanwhile" do
    expect(verdict(closed: true)).to have_attributes(kind: :review, reason: "invoice_voided")
  end

  it "never settles anything from a mandate set-up or a card swap" do
    expect(verdict({"total_amount" => 0}).kind).to eq(:ignore)
    expect(verdict({"is_update_payment_method" => true}).kind).to eq(:ignore)
  end

  it "ignores a failure that arrives after the success of the same payment" do
    expect(verdict({"status" => "failed"}, current: "succeeded").kind).to eq(:ignore)
  end

  it "takes a success after a failure of the same payment" do
    expect(verdict(current: "failed").kind).to eq(:paid)
  end

  it "reports a failure with its code" do
    expect(verdict({"status" => "failed", "error_code" => "EXPIRED_CARD"}))
      .to have_attributes(kind: :failed, reason: "EXPIRED_CARD")
  end

  it "gives partly captured money to a person" do
    expect(verdict({"status" => "partially_captured"}).kind).to eq(:review)
  end

  it "waits for everything else" do
    ["processing", "requires_customer_action", nil].each { |status| expect(verdict({"status" => status}).kind).to eq(:open) }
  end
end
