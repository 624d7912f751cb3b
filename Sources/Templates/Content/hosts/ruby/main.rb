# frozen_string_literal: true

# Starts the Ruby host: `ruby <bundle>/host/main.rb`, with the user's files as the working folder.

if ENV["BUNDLE_GEMFILE"]
  begin
    # Before anything else is loaded: the Gemfile may ask for other versions of what the host uses, too.
    require "bundler"
    Bundler.setup
  rescue StandardError, LoadError => error
    warn "the gems of the function cannot be loaded: #{error.message.tr("\n", " ")}"
    exit 1
  end
end

require_relative "lib/host"

HksHost::Host.main
