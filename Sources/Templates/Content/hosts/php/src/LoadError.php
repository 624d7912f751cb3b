<?php

declare(strict_types=1);

namespace HKS\Host;

/** Why the function cannot serve. */
final class LoadError extends \RuntimeException
{
}
