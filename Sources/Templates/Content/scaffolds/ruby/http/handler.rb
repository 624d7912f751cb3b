# frozen_string_literal: true

# Greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"}).
def handler(event:, context:)
  name = requested_name(event)
  return { statusCode: 400, body: { error: "name must be a string" } } unless name.is_a?(String)

  context.logger.info("greeting #{name}")
  { message: "#{ENV.fetch("GREETING", "Hello")}, #{name}!" }
end

def requested_name(event)
  name = event["queryStringParameters"]["name"]
  return name unless name.nil? || name.empty?

  data = event["data"]
  data.is_a?(Hash) ? data.fetch("name", "World") : "World"
end
