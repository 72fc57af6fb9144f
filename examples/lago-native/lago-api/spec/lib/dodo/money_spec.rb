# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::Money do
  it "knows the 95 currencies Dodo charges, each once" do
    expect(described_class::CHARGEABLE.uniq.size).to eq(95)
  end

  it "leaves two-decimal and zero-decimal currencies as they are" do
    expect(described_class.to_dodo(1440, "USD")).to eq(1440)
    expect(described_class.to_dodo(1440, "jpy")).to eq(1440)
  end

  it "counts forint in fillér on Dodo's side" do
    expect(described_class.to_dodo(350, "HUF")).to eq(35_000)
    expect(described_class.from_dodo(35_000, "HUF")).to eq(350)
  end

  it "does not round what Lago's unit cannot hold" do
    expect(described_class.from_dodo(35_050, "HUF")).to eq(Rational(701, 2))
  end

  it "converts every currency there and back without loss" do
    described_class::CHARGEABLE.each do |currency|
      expect(described_class.from_dodo(described_class.to_dodo(12_345, currency), currency)).to eq(12_345)
    end
  end

  it "refuses three-decimal currencies and others Dodo cannot charge" do
    %w[KWD BHD JOD ISK CLF].each do |currency|
      expect { described_class.to_dodo(1, currency) }.to raise_error(Dodo::UnsupportedCurrency)
    end
  end

  it "refuses amounts that are not whole subunits" do
    expect { described_class.to_dodo(14.4, "USD") }.to raise_error(TypeError)
  end

  it "refuses what is under the minimum or over 32 bits" do
    expect(described_class.chargeable(50, "USD")).to eq(50)
    expect { described_class.chargeable(49, "USD") }.to raise_error(Dodo::AmountOutOfRange)
    expect { described_class.chargeable(174, "HUF") }.to raise_error(Dodo::AmountOutOfRange)
    expect { described_class.chargeable(2**31, "USD") }.to raise_error(Dodo::AmountOutOfRange)
    expect { described_class.chargeable(0, "TRY") }.to raise_error(Dodo::AmountOutOfRange)
  end
end
