<?php

declare(strict_types=1);

require_once __DIR__ . '/../index.php';

/** Calls the handler with a request's query and JSON body. */
function call(array $query = [], mixed $data = null): array
{
    $logger = new class () {
        public function info(string $message): void
        {
        }
    };
    $event = ['httpMethod' => 'GET', 'path' => '/', 'queryStringParameters' => $query, 'data' => $data];
    return handler($event, ['logger' => $logger]);
}

putenv('GREETING');

return [
    'greets the world' => function () {
        assertSame(['message' => 'Hello, World!'], call());
    },
    'greets the name in the query' => function () {
        assertSame(['message' => 'Hello, Ada!'], call(query: ['name' => 'Ada']));
    },
    'greets the name in the body' => function () {
        assertSame(['message' => 'Hello, Grace!'], call(data: ['name' => 'Grace']));
    },
    'takes the greeting from the environment' => function () {
        putenv('GREETING=Good morning');
        try {
            assertSame(['message' => 'Good morning, World!'], call());
        } finally {
            putenv('GREETING');
        }
    },
    'refuses a name that is not a string' => function () {
        assertSame(400, call(data: ['name' => 7])['statusCode']);
    },
];
