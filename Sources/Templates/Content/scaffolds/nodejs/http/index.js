/** Greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"}). */
export async function handler(event, context) {
  const name = event.queryStringParameters.name || (event.data?.name ?? "World");
  if (typeof name !== "string") {
    return { statusCode: 400, body: { error: "name must be a string" } };
  }
  context.logger.info(`greeting ${name}`);
  const greeting = process.env.GREETING ?? "Hello";
  return { message: `${greeting}, ${name}!` };
}
