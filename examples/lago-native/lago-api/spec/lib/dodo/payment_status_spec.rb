# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::PaymentStatus do
  it "calls only a succeeded payment succeeded" do
    expect(described_class.to_lago("succeeded")).to eq("succeeded")
    %w[processing requires_capture requires_customer_action partially_captured].each do |status|
      expect(described_class.to_lago(status)).to eq("processing")
    end
  end

  it "calls failed and cancelled payments failed" do
    %w[failed cancelled].each { |status| expect(described_class.to_lago(status)).to eq("failed") }
  end

  it "keeps a payment open whose status is null or was invented after this was written" do
    [nil, "requires_a_stamp"].each { |status| expect(described_class.to_lago(status)).to eq("processing") }
  end

  it "never takes a success back, whatever arrives later" do
    %w[pending processing failed].each do |late|
      expect(described_class.advance("succeeded", late)).to eq("succeeded")
    end
  end

  it "lets a failed payment succeed on a second card" do
    expect(described_class.advance("failed", "succeeded")).to eq("succeeded")
  end

  it "does not reopen a failed payment for a late processing event" do
    expect(described_class.advance("failed", "processing")).to eq("failed")
  end

  it "reaches the same state in any order of arrival" do
    results = %w[processing failed succeeded].permutation.map do |order|
      order.reduce(nil) { |current, incoming| described_class.advance(current, incoming) }
    end
    expect(results.uniq).to eq(["succeeded"])
  end
end
