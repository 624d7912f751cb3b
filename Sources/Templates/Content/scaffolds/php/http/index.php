<?php

declare(strict_types=1);

/** Greets the name in the query (?name=Ada) or in a JSON body ({"name": "Ada"}). */
function handler(array $event, array $context): array
{
    $name = requestedName($event);
    if (!is_string($name)) {
        return ['statusCode' => 400, 'body' => ['error' => 'name must be a string']];
    }
    $context['logger']->info("greeting $name");
    $greeting = getenv('GREETING') ?: 'Hello';
    return ['message' => "$greeting, $name!"];
}

function requestedName(array $event): mixed
{
    $inQuery = $event['queryStringParameters']['name'] ?? '';
    return $inQuery !== '' ? $inQuery : $event['data']['name'] ?? 'World';
}
