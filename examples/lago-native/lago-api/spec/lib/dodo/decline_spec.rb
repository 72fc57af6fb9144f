# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::Decline do
  it "puts no code in two classes" do
    all = described_class::HARD + described_class::TRANSIENT + described_class::NEEDS_CUSTOMER
    expect(all.uniq.size).to eq(all.size)
  end

  it "never retries a hard decline" do
    described_class::HARD.each do |code|
      expect(described_class.next_attempt_in_days(code, attempt: 1)).to be_nil
    end
  end

  it "never retries unattended what only the customer can mend" do
    %w[AUTHENTICATION_FAILURE INCORRECT_CVC MANDATE_REQUIRED CUSTOMER_CANCELLED].each do |code|
      expect(described_class.classify(code)).to eq(:needs_customer)
      expect(described_class.next_attempt_in_days(code, attempt: 1)).to be_nil
    end
  end

  it "retries a transient decline after 3, 7 and 7 days, then stops" do
    waits = (1..5).map { |attempt| described_class.next_attempt_in_days("INSUFFICIENT_FUNDS", attempt:) }
    expect(waits).to eq([3, 7, 7, nil, nil])
  end

  it "treats a code it does not know as transient, capped by the same schedule" do
    expect(described_class.classify("SOLAR_FLARE")).to eq(:transient)
    expect(described_class.next_attempt_in_days(nil, attempt: 4)).to be_nil
  end

  it "retries nothing with an empty schedule" do
    expect(described_class.next_attempt_in_days("INSUFFICIENT_FUNDS", attempt: 1, schedule: [])).to be_nil
  end
end
