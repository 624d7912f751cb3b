<?php

declare(strict_types=1);

namespace HKS\Host;

/** One request, its body complete. */
final class Request
{
    public string $path;
    public string $query;
    public string $body = '';
    public bool $keepAlive;
    /** Address of the peer; null on a Unix socket. */
    public ?string $remote = null;

    /** @param array<string, list<string>> $headers lower-case names; every value in the order of arrival */
    public function __construct(public string $method, string $target, public bool $isHttp10, public array $headers)
    {
        [$this->path, $this->query] = explode('?', $target, 2) + [1 => ''];
        $options = array_map('trim', explode(',', strtolower(implode(',', $headers['connection'] ?? []))));
        $this->keepAlive = $isHttp10 ? in_array('keep-alive', $options, true) : !in_array('close', $options, true);
    }

    /** The first value of a header. */
    public function header(string $name): ?string
    {
        return $this->headers[$name][0] ?? null;
    }

    /** The content type without its parameters. */
    public function mediaType(): string
    {
        return strtolower(trim(explode(';', $this->header('content-type') ?? '', 2)[0]));
    }

    /** Whether bodies of a type are JSON. */
    public static function isJson(string $media): bool
    {
        return preg_match('#^(?:application/json|text/json|[^/;]+/[^/;]+\+json)$#Di', $media) === 1;
    }
}
