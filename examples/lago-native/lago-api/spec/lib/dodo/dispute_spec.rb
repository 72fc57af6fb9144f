# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::Dispute do
  it "counts lost and accepted disputes as lost" do
    %w[dispute_lost dispute_accepted].each do |status|
      expect(described_class.lost?({"dispute_status" => status})).to be(true)
    end
  end

  it "counts a dispute resolved by RDR as lost: the money is gone without a refund" do
    expect(described_class.lost?({"dispute_status" => "dispute_opened", "is_resolved_by_rdr" => true})).to be(true)
  end

  it "does not count a dispute the merchant kept, RDR or not" do
    %w[dispute_won dispute_cancelled].each do |status|
      expect(described_class.lost?({"dispute_status" => status, "is_resolved_by_rdr" => true})).to be(false)
    end
  end

  it "leaves open, challenged and expired disputes alone" do
    %w[dispute_opened dispute_challenged dispute_expired].each do |status|
      expect(described_class.lost?({"dispute_status" => status, "is_resolved_by_rdr" => false})).to be(false)
    end
  end

  it "names the reason it has" do
    expect(described_class.reason({"is_resolved_by_rdr" => true})).to eq("dodo_rapid_dispute_resolution")
    expect(described_class.reason({"reason" => "fraudulent"})).to eq("fraudulent")
    expect(described_class.reason({"dispute_status" => "dispute_lost"})).to eq("dispute_lost")
  end
end
