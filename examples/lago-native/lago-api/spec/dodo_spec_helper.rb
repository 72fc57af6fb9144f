# frozen_string_literal: true

# Loads the Rails-free core and nothing else: these specs run with plain rspec, without lago-api.
require_relative "../lib/dodo"
