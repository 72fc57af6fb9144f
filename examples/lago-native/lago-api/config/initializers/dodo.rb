# frozen_string_literal: true

# Top level and outside autoloading: inside `module PaymentProviders` it is reached as `::Dodo`.
require Rails.root.join("lib/dodo").to_s
