# frozen_string_literal: true

require "logger"
require "minitest/autorun"
require_relative "../handler"

class HandlerTest < Minitest::Test
  Context = Struct.new(:logger)

  def setup
    @greeting = ENV.delete("GREETING")
  end

  def teardown
    ENV["GREETING"] = @greeting
  end

  def test_greets_the_world
    assert_equal({ message: "Hello, World!" }, call)
  end

  def test_greets_the_name_in_the_query
    assert_equal({ message: "Hello, Ada!" }, call(query: { "name" => "Ada" }))
  end

  def test_greets_the_name_in_the_body
    assert_equal({ message: "Hello, Grace!" }, call(data: { "name" => "Grace" }))
  end

  def test_takes_the_greeting_from_the_environment
    ENV["GREETING"] = "Good morning"
    assert_equal({ message: "Good morning, World!" }, call)
  end

  def test_refuses_a_name_that_is_not_a_string
    assert_equal 400, call(data: { "name" => 7 })[:statusCode]
  end

  private

  def call(query: {}, data: nil)
    event = { "httpMethod" => "GET", "path" => "/", "queryStringParameters" => query, "data" => data }
    handler(event: event, context: Context.new(Logger.new(IO::NULL)))
  end
end
