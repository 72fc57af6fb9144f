# frozen_string_literal: true

require_relative "../../dodo_spec_helper"

RSpec.describe Dodo::WebhookSignature do
  let(:secret) { "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" }
  let(:other_secret) { "whsec_#{Base64.strict_encode64("another secret of thirty-two byt")}" }
  let(:signature) { "v1,rkwp5YuvdrMkcu0ZhuMsXoTg44mHAr1Q0+FFgFpXsjY=" }
  let(:delivery) do
    {payload: '{"a":1}', id: "msg_1", timestamp: "1700000000", signatures: signature, secrets: [secret],
     now: 1_700_000_000}
  end

  def valid?(**changes) = described_class.valid?(**delivery.merge(changes))

  it "signs the published test vector" do
    expect(described_class.sign(payload: '{"a":1}', id: "msg_1", timestamp: "1700000000", secret:)).to eq(signature)
  end

  it "accepts the published test vector" do
    expect(valid?).to be(true)
  end

  it "refuses a body that differs by one space, as re-serialised JSON would" do
    expect(valid?(payload: '{"a": 1}')).to be(false)
  end

  it "refuses another id or timestamp: both are signed" do
    expect(valid?(id: "msg_2")).to be(false)
    expect(valid?(timestamp: "1700000001")).to be(false)
  end

  it "accepts any of several secrets, so that one can be rotated" do
    expect(valid?(secrets: [other_secret, secret])).to be(true)
    expect(valid?(secrets: [other_secret])).to be(false)
  end

  it "accepts any of several signatures, and skips versions it does not know" do
    old = described_class.sign(payload: '{"a":1}', id: "msg_1", timestamp: "1700000000", secret: other_secret)
    expect(valid?(signatures: "v1a,AAAA #{old} #{signature}")).to be(true)
    expect(valid?(signatures: signature.sub("v1,", "v2,"))).to be(false)
  end

  it "accepts five minutes of clock difference either way and no more" do
    expect(valid?(now: 1_700_000_300)).to be(true)
    expect(valid?(now: 1_699_999_700)).to be(true)
    expect(valid?(now: 1_700_000_301)).to be(false)
    expect(valid?(now: 1_699_999_699)).to be(false)
  end

  it "never verifies without a usable secret" do
    ["", nil, "whsec_", "not base64!"].each { |blank| expect(valid?(secrets: [blank])).to be(false) }
    expect(valid?(secrets: [])).to be(false)
  end

  it "refuses missing headers instead of raising" do
    [:id, :timestamp, :signatures].each { |header| expect(valid?(header => nil)).to be(false) }
    expect(valid?(timestamp: "yesterday")).to be(false)
  end

  it "verifies bodies that are not valid text" do
    raw = "{\"name\":\"\xC3\x28\"}".b
    signed = described_class.sign(payload: raw, id: "msg_1", timestamp: "1700000000", secret:)
    expect(valid?(payload: raw, signatures: signed)).to be(true)
  end
end
