# frozen_string_literal: true

require_relative "../../dodo_spec_helper"
require_relative "../../support/fake_dodo_server"

RSpec.describe Dodo::Client do
  let(:server) { FakeDodoServer.new(*answers) }
  let(:pauses) { [] }
  let(:client) do
    described_class.new(
      api_key: "dodo_test_x", environment: "test_mode", base_url: server.url, read_timeout: 2,
      pause: ->(seconds) { pauses << seconds }
    )
  end
  let(:answers) { [[200, {payment_id: "pay_1"}]] }

  after { server.stop }

  it "knows the two hosts and has no default: Dodo's own default is live" do
    expect(described_class::BASE_URLS.keys).to eq(%w[test_mode live_mode])
    expect { described_class.new(api_key: "x", environment: "production") }.to raise_error(KeyError)
  end

  it "sends the key and the body, and reads the answer" do
    expect(client.charge("sub_1", {product_price: 1440})).to eq({"payment_id" => "pay_1"})
    request = server.requests.first
    expect(request).to have_attributes(method: "POST", path: "/subscriptions/sub_1/charge", body: '{"product_price":1440}')
    expect(request.headers["authorization"]).to eq("Bearer dodo_test_x")
  end

  it "keeps an id inside its path segment" do
    client.payment("../refunds?x=1")
    expect(server.requests.first.path).to eq("/payments/..%2Frefunds%3Fx%3D1")
  end

  context "when the answer to a charge is lost" do
    let(:answers) { [:hang_up, [200, {}]] }

    it "does not charge again, and says that the outcome is unknown" do
      expect { client.charge("sub_1", {}) }.to raise_error(Dodo::OutcomeUnknown)
      expect(server.requests.size).to eq(1)
    end
  end

  context "when Dodo fails after receiving a refund" do
    let(:answers) { [[500, {}], [200, {}]] }

    it "does not refund again" do
      expect { client.create_refund({}) }.to raise_error(Dodo::OutcomeUnknown)
      expect(server.requests.size).to eq(1)
    end
  end

  context "when a checkout is answered with something that is not JSON" do
    let(:answers) { [[200, "<html>"]] }

    it "says that the outcome is unknown" do
      expect { client.create_checkout({}) }.to raise_error(Dodo::OutcomeUnknown)
    end
  end

  context "when Dodo refuses" do
    let(:answers) { [[409, {code: "PREVIOUS_PAYMENT_PENDING", message: "wait"}]] }

    it "gives the code and does not try again, not even on 409" do
      expect { client.charge("sub_1", {}) }
        .to raise_error(Dodo::ApiError, "wait") { |e| expect(e).to have_attributes(status: 409, code: "PREVIOUS_PAYMENT_PENDING") }
      expect(server.requests.size).to eq(1)
    end
  end

  context "when a write is rate limited" do
    let(:answers) { [[429, {code: "TOO_MANY_REQUESTS", message: ""}]] }

    it "says so, since nothing was done" do
      expect { client.create_refund({}) }.to raise_error(Dodo::RateLimited)
    end
  end

  context "when a read fails twice" do
    let(:answers) { [:hang_up, [503, {}], [200, {payment_id: "pay_1"}]] }

    it "reads again, waiting longer each time" do
      expect(client.payment("pay_1")).to eq({"payment_id" => "pay_1"})
      expect(pauses).to eq([0.5, 1.0])
    end
  end

  context "when a read keeps failing" do
    let(:answers) { [[503, {}]] * 3 }

    it "gives up as unreachable: a read has no outcome to be unknown" do
      expect { client.payment("pay_1") }.to raise_error(Dodo::Unreachable)
      expect(server.requests.size).to eq(3)
    end
  end

  it "says that a write never left when nobody listens" do
    closed = TCPServer.new("127.0.0.1", 0)
    port = closed.addr[1]
    closed.close
    nowhere = described_class.new(api_key: "x", environment: "test_mode", base_url: "http://127.0.0.1:#{port}")
    expect { nowhere.create_refund({}) }.to raise_error(Dodo::Unreachable)
  end
end
