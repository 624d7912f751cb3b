<?php

declare(strict_types=1);

namespace HKS\Host;

/** A result that cannot be sent. */
final class ResultError extends \RuntimeException
{
    public function __construct(string $reason)
    {
        parent::__construct("the handler's result cannot be sent: $reason");
    }
}
