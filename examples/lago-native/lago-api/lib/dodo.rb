# frozen_string_literal: true

# The part of the provider that knows Dodo Payments and nothing of Rails, so that its rules can be specified
# without a database. Inside `module PaymentProviders` always write `::Dodo`: `PaymentProviders::Dodo` hides it.
module Dodo
end

require_relative "dodo/errors"
require_relative "dodo/money"
require_relative "dodo/payment_status"
require_relative "dodo/decline"
require_relative "dodo/dispute"
require_relative "dodo/settlement"
require_relative "dodo/webhook_signature"
require_relative "dodo/metadata"
require_relative "dodo/checkout_body"
require_relative "dodo/charge_body"
require_relative "dodo/refund_items"
require_relative "dodo/product_check"
require_relative "dodo/client"
require_relative "dodo/search"
