# frozen_string_literal: true

require_relative "../../dodo_spec_helper"
require_relative "../../support/fake_dodo_server"

RSpec.describe Dodo::Search do
  let(:server) { FakeDodoServer.new(*answers) }
  let(:search) do
    described_class.new(Dodo::Client.new(api_key: "x", environment: "test_mode", base_url: server.url))
  end

  after { server.stop }

  def payment(id, at, metadata) = {payment_id: id, created_at: at, metadata:}

  describe "#payment" do
    let(:answers) do
      [
        [200, {items: [payment("pay_1", "2026-09-01T00:00:00Z", {lago_attempt: 1}), payment("pay_x", "2026-09-03T00:00:00Z", nil)]}],
        [200, {items: [payment("pay_2", "2026-09-02T00:00:00Z", {lago_attempt: "1"})]}],
        [200, {items: []}]
      ]
    end

    it "reads from page 0 until an empty page and takes the newest match" do
      found = search.payment(metadata: {lago_attempt: 1}, since: "2026-09-01T00:00:00Z", subscription_id: "sub_1")
      expect(found["payment_id"]).to eq("pay_2")
      expect(server.requests.map { |request| request.path[/page_number=\d+/] })
        .to eq(%w[page_number=0 page_number=1 page_number=2])
      expect(server.requests.first.path).to include("subscription_id=sub_1", "created_at_gte=2026-09-01T00%3A00%3A00Z")
    end
  end

  describe "#refund" do
    let(:answers) do
      [
        [200, {payment_id: "pay_1", refunds: [{refund_id: "ref_1"}, {refund_id: "ref_2"}, {refund_id: "ref_3"}]}],
        [200, {refund_id: "ref_1", metadata: {}}],
        [200, {refund_id: "ref_2", metadata: {lago_credit_note_id: "cn_1"}}]
      ]
    end

    it "reads each refund for its metadata, which the list lacks, and stops at the match" do
      expect(search.refund(payment_id: "pay_1", metadata: {lago_credit_note_id: "cn_1"})["refund_id"]).to eq("ref_2")
      expect(server.requests.size).to eq(3)
    end
  end

  describe "#customer" do
    let(:answers) do
      [
        [200, {items: [{customer_id: "cus_1", metadata: {lago_customer_id: "other"}}, {customer_id: "cus_2", metadata: {lago_customer_id: "me"}}]}],
        [200, {items: []}]
      ]
    end

    it "does not take another customer who shares the e-mail address" do
      expect(search.customer(email: "a@x.test", metadata: {lago_customer_id: "me"})["customer_id"]).to eq("cus_2")
    end
  end
end
