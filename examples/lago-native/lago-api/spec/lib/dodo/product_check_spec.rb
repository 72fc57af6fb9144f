# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::ProductCheck do
  let(:price) do
    {"type" => "one_time_price", "currency" => "USD", "pay_what_you_want" => true, "tax_inclusive" => true}
  end

  def problems(changes = {}) = described_class.one_time({"price" => price.merge(changes)}, "USD")

  it "finds nothing wrong with a tax-inclusive pay-what-you-want product of the right currency" do
    expect(problems).to eq([])
  end

  it "names each thing that would make the customer pay something other than the invoice" do
    expect(problems({"pay_what_you_want" => false})).to eq(["must be pay what you want"])
    expect(problems({"tax_inclusive" => nil})).to eq(["must be tax inclusive"])
    expect(problems({"currency" => "EUR"})).to eq(["must be priced in USD, not EUR"])
    expect(problems({"purchasing_power_parity" => true})).to eq(["must have no purchasing power parity"])
  end

  it "wants a subscription for mandates" do
    expect(described_class.mandate({"price" => price}, "USD")).to eq(["must be a subscription"])
    expect(described_class.mandate({"price" => price.merge("type" => "recurring_price")}, "USD")).to eq([])
  end
end
