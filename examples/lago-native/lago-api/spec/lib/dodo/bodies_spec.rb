# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::CheckoutBody do
  let(:input) do
    {
      amount_cents: 1440, currency: "usd", products: {"USD" => "pdt_usd", "HUF" => "pdt_huf"},
      metadata: {lago_invoice_id: "c2a6", lago_retry: 1, skipped: nil}, return_url: "https://shop.test/thanks",
      customer_id: "cus_1", customer: {country: "de", zipcode: "10115", city: " ", state: ""}
    }
  end

  def body(**changes) = described_class.for_amount(**input.merge(changes))

  it "asks for exactly the amount, once, of the product of that currency" do
    expect(body[:product_cart]).to eq([{product_id: "pdt_usd", quantity: 1, amount: 1440}])
    expect(body(amount_cents: 350, currency: "HUF")[:product_cart].first)
      .to eq({product_id: "pdt_huf", quantity: 1, amount: 35_000})
  end

  it "leaves the customer no way to change the amount or the currency" do
    expect(body[:feature_flags]).to eq({allow_discount_code: false, allow_currency_selection: false})
    expect(body[:billing_currency]).to eq("USD")
  end

  it "sends metadata as strings and drops what is missing" do
    expect(body[:metadata]).to eq({"lago_invoice_id" => "c2a6", "lago_retry" => "1"})
  end

  it "leaves blank address fields out, so that the page asks for them" do
    expect(body[:billing_address]).to eq({country: "DE", zipcode: "10115"})
    expect(body(customer: {city: "Berlin"})).not_to have_key(:billing_address)
  end

  it "uses the first of several e-mail addresses when Dodo does not know the customer yet" do
    customer = body(customer_id: nil, customer: {email: "a@x.test, b@x.test", name: "Umbra"})[:customer]
    expect(customer).to eq({email: "a@x.test", name: "Umbra"})
  end

  it "refuses before Dodo does: no product, too little, metadata too long" do
    expect { body(currency: "EUR") }.to raise_error(Dodo::MissingProduct)
    expect { body(amount_cents: 49) }.to raise_error(Dodo::AmountOutOfRange)
    expect { body(metadata: {"a b" => 1}) }.to raise_error(Dodo::InvalidMetadata)
    expect { body(metadata: {a: "x" * 501}) }.to raise_error(Dodo::InvalidMetadata)
    expect { body(metadata: (1..51).to_h { |n| ["k#{n}", n] }) }.to raise_error(Dodo::InvalidMetadata)
  end

  it "sets up a mandate without taking money" do
    mandate = described_class.for_mandate(**input.except(:amount_cents))
    expect(mandate[:subscription_data]).to eq({on_demand: {mandate_only: true}})
    expect(mandate[:product_cart]).to eq([{product_id: "pdt_usd", quantity: 1}])
  end
end

RSpec.describe Dodo::ChargeBody do
  it "always sends metadata of its own, so that the mandate's is not copied" do
    body = described_class.build(
      amount_cents: 350, currency: "huf", description: "Invoice A-1", metadata: {lago_invoice_id: "c2a6"}
    )
    expect(body).to eq(
      product_price: 35_000, product_currency: "HUF", product_description: "Invoice A-1",
      metadata: {"lago_invoice_id" => "c2a6"}
    )
  end
end

RSpec.describe Dodo::RefundItems do
  let(:lines) { [{"items_id" => "pdt_a", "amount" => 1000, "refundable_amount" => 1000}] }

  it "names no items for the whole payment: some methods refund only in full" do
    expect(described_class.items(1000, lines)).to be_nil
  end

  it "names the line and the gross amount for a part of it" do
    expect(described_class.items(400, lines)).to eq([{item_id: "pdt_a", amount: 400, tax_inclusive: true}])
  end

  it "names the rest of a payment that was refunded before" do
    lines.first["refundable_amount"] = 600
    expect(described_class.items(600, lines)).to eq([{item_id: "pdt_a", amount: 600, tax_inclusive: true}])
  end

  it "spreads over lines without losing a cent" do
    two = lines + [{"items_id" => "pdt_b", "amount" => 500, "refundable_amount" => 500}]
    items = described_class.items(1200, two)
    expect(items.sum { |item| item[:amount] }).to eq(1200)
    expect(items.map { |item| item[:item_id] }).to eq(%w[pdt_a pdt_b])
  end

  it "refuses to give back more than is left, or nothing" do
    expect { described_class.items(1001, lines) }.to raise_error(Dodo::NotRefundable)
    expect { described_class.items(0, lines) }.to raise_error(Dodo::NotRefundable)
  end

  it "builds a whole request body in Dodo's unit" do
    body = described_class.body(
      payment_id: "pay_1", amount_cents: 4, currency: "HUF", line_items: lines, metadata: {lago_credit_note_id: "cn"},
      reason: "x" * 4_000
    )
    expect(body[:items]).to eq([{item_id: "pdt_a", amount: 400, tax_inclusive: true}])
    expect(body[:reason].length).to eq(3_000)
    expect(body).not_to have_key(:amount)
  end
end
